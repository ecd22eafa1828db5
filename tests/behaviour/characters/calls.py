import case
from observe import call


class Text(str):
    """A str of a class of its own keeps its characters elsewhere."""


texts = ["", "a", "-12 3", "caf\xe9", "\u20ac 5", "\U0001f600!", "lone \udc80", Text("of a class"), Text("\u20ac")]
for text in texts:
    name = ascii(str(text))
    call("codes " + name, case.codes, text)
    call("below " + name, case.below, text)
    call("first " + name, case.first_of, text)
    call("parts " + name, case.parts, text, 0, len(text))
    call("hexadecimal " + name, lambda text: {case.hexadecimal(text): 1}[text.encode().hex()], text)
    for last in (0x7F, 0xFFFF, 0x10FFFF):
        call("doubled " + name, case.doubled, text, last)
    call("same " + name, lambda text: {case.doubled(text, 0x10FFFF): 1}[str(text[:1] * 2)] if len(text) == 1 else None, text)
    call("tail " + name, case.parts, text, len(text) // 2, len(text))
    for other in texts:
        call("alike " + name, case.alike, text, other)
    for how in range(13):
        for errors in (None, "strict", "replace", "surrogatepass"):
            call("encoded %d %s" % (how, errors), case.encoded, text, how, errors)
