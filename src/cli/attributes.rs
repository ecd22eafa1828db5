//! What a file is besides its text: owner, mode, access list, extended attributes.

use std::fs::File;
use std::io;

/// Gives `new` what `old` has, before anybody can know of it. The times are those of the new text: builds go by them.
///
/// # Errors
///
/// What the system says where others than before could read or write the file. A label that cannot be kept is none.
#[cfg(unix)]
pub fn keep(new: &File, old: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let (there, made) = (old.metadata()?, new.metadata()?);
    let (owner, group) = (there.uid(), there.gid());
    if (made.uid(), made.gid()) != (owner, group) {
        // Only root may give a file away; a user's own group can often be kept.
        let _ = fchown(new, Some(owner), Some(group)).or_else(|_| fchown(new, None, Some(group)));
    }
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    extended::keep(new, old)?;
    let made = new.metadata()?;
    let mut mode = there.permissions();
    if (made.uid(), made.gid()) != (owner, group) {
        // To run as somebody was said of another one.
        mode.set_mode(mode.mode() & !0o6000);
    }
    // At last, for a change of owner takes bits away.
    new.set_permissions(mode)
}

/// Gives `new` the permissions of `old`.
///
/// # Errors
///
/// What the system says.
#[cfg(not(unix))]
pub fn keep(new: &File, old: &File) -> io::Result<()> {
    new.set_permissions(old.metadata()?.permissions())
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
mod extended {
    use std::ffi::CStr;
    use std::fs::File;
    use std::io;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};

    /// The access list. Where a file has one, its mode alone lets other people in.
    const ACCESS: &CStr = c"system.posix_acl_access";

    /// What the names of those begin with that are the user's or say who may do what. Others are sums over the content,
    /// which changes.
    const KEPT: [&[u8]; 4] = [b"user.", b"system.", b"security.selinux", b"com.apple."];

    /// More is not read: Linux allows no more.
    const MAX_BYTES: usize = 64 << 10;

    pub fn keep(new: &File, old: &File) -> io::Result<()> {
        let mut names = Vec::with_capacity(MAX_BYTES);
        // Not all file systems have any.
        let _ = flistxattr(old, rustix::buffer::spare_capacity(&mut names));
        let names: Vec<&CStr> =
            names.split_inclusive(|byte| *byte == 0).filter_map(|name| CStr::from_bytes_with_nul(name).ok()).collect();
        if !names.contains(&ACCESS) {
            // The folder may give one to new files.
            let _ = fremovexattr(new, ACCESS);
        }
        for name in names.into_iter().filter(|name| KEPT.iter().any(|kept| name.to_bytes().starts_with(kept))) {
            let mut value = Vec::with_capacity(MAX_BYTES);
            let copied = fgetxattr(old, name, rustix::buffer::spare_capacity(&mut value))
                .and_then(|_| fsetxattr(new, name, &value, XattrFlags::empty()));
            if name == ACCESS {
                copied?;
            }
        }
        Ok(())
    }
}
