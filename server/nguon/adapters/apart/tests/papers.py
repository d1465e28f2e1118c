"""Documents of the tests, made here: no file of an office lies in the repository."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
)
TAIL = "<w:sectPr/></w:body></w:document>"


def docx(path: Path, *paragraphs: str, body: str = "", declared: str = "", **more: bytes) -> Path:
    """This function will write a Word document with these paragraphs, or with this XML as its body."""
    inner = body or "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    xml = HEAD.replace("<w:document", f"{declared}<w:document", 1) + inner + TAIL
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", xml)
        for name, data in more.items():
            file.writestr(name, data)
    return path
