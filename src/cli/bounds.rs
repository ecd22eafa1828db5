//! Where the files of a project may lead with what they say: not out of it. What the command line says may lead anywhere.

use std::path::{Component, Path, PathBuf};

use anyhow::{anyhow, bail};

use super::read::reason;

/// The absolute path `path` without links and `..`, as far as it is there.
///
/// # Errors
///
/// What the system says, or that a link leads nowhere.
pub fn real(path: &Path) -> anyhow::Result<PathBuf> {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => {
                out.push(part);
                if out.symlink_metadata().is_ok() {
                    out = out.canonicalize().map_err(|error| anyhow!(reason(&error)))?;
                }
            }
        }
    }
    Ok(out)
}

/// [`real`], if it lies in `folder`, which is such a path.
///
/// # Errors
///
/// As for [`real`], or that it lies elsewhere.
pub fn inside(path: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let real = real(path)?;
    if !real.starts_with(folder) {
        bail!("leads out of the project");
    }
    Ok(real)
}

/// How far what is read for the project in `folder` may lie from it: in the repository, where it is in one.
pub fn reach(folder: &Path) -> &Path {
    folder.ancestors().find(|above| above.join(".git").exists()).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn names_that_lead_out_are_seen() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        fs::create_dir_all(top.join("project/src")).unwrap();
        let project = top.join("project");
        let inner = |path: &str| {
            inside(&project.join(path), &project).map(|real| real.strip_prefix(&project).unwrap().to_owned())
        };
        assert_eq!(inner("src/../new/deep/../x.h").unwrap(), Path::new("new/x.h"));
        for path in ["../x.h", "src/../../x.h", "/x.h", "new/../../x.h", "../project-2/x.h"] {
            assert_eq!(inner(path).unwrap_err().to_string(), "leads out of the project", "{path}");
        }
        assert_eq!(inner("../project/x.h").unwrap(), Path::new("x.h"));
        assert_eq!(reach(&project), project);
        fs::create_dir(top.join(".git")).unwrap();
        assert_eq!(reach(&project), top);
    }

    #[test]
    #[cfg(unix)]
    fn links_that_lead_out_are_seen() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let project = top.join("project");
        fs::create_dir_all(project.join("src")).unwrap();
        for (to, name) in [("..", "out"), ("src", "in"), ("nowhere", "lost"), ("../x.h", "x.h")] {
            symlink(to, project.join(name)).unwrap();
        }
        fs::write(top.join("x.h"), "").unwrap();
        for path in ["out/y.h", "in/../../x.h", "x.h"] {
            assert_eq!(inside(&project.join(path), &project).unwrap_err().to_string(), "leads out of the project");
        }
        assert_eq!(inside(&project.join("in/y.h"), &project).unwrap(), project.join("src/y.h"));
        assert_eq!(inside(&project.join("in/../y.h"), &project).unwrap(), project.join("y.h"));
        assert!(inside(&project.join("lost"), &project).is_err());
    }
}
