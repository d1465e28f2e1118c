"""`nguon say`: the main job from a terminal, on the running instance."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import execute_from_command_line

from config.errors import StartError
from config.instance import use_running
from config.words import english

app = typer.Typer(add_completion=False)


@app.command()
def say(
    file: Annotated[str, typer.Option(help="Tệp văn bản (UTF-8) hoặc âm thanh; - là đầu vào chuẩn.")],
    to: Annotated[list[str], typer.Option(help="Nơi phát: mã xã, đường dẫn địa bàn, g/nhóm, d/loa.")],
    writer: Annotated[str, typer.Option(help="Tên đăng nhập của người soạn.")],
    approver: Annotated[str, typer.Option(help="Tên đăng nhập của người duyệt, khác người soạn.")],
    at: Annotated[
        str, typer.Option(help="HH:MM hôm nay, hoặc 'YYYY-MM-DD HH:MM'; bỏ trống là phát ngay.")
    ] = "",
    title: Annotated[str, typer.Option(help="Tiêu đề; bỏ trống thì lấy dòng đầu.")] = "",
    voice: Annotated[str, typer.Option(help="Giọng đọc (xem nguon voices list).")] = "",
    speed: Annotated[int, typer.Option(help="Tốc độ, từ mỗi phút.")] = 120,
    priority: Annotated[int, typer.Option(help="1 khẩn cấp, 2 ưu tiên, 3 thông thường.")] = 3,
    wait: Annotated[bool, typer.Option("--wait", help="Đợi biên nhận của mọi cụm loa.")] = False,
    seconds: Annotated[float, typer.Option(help="Đợi nhiều nhất bấy nhiêu giây.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")] = False,
    data: Annotated[Path | None, typer.Option(help="Thư mục dữ liệu của hệ thống đang chạy.")] = None,
) -> None:
    """Phát một bản tin: soạn, duyệt, gửi.

    Kết thúc với 0 chỉ khi mọi cụm loa đã phát hết; 3: đã gửi, chưa phát hết; 1: không được.
    """
    words = ["say", "--file", file, "--writer", writer, "--approver", approver]
    words += [part for target in to for part in ("--to", target)]
    words += ["--at", at, "--title", title, "--voice", voice, "--speed", str(speed)]
    words += ["--priority", str(priority), "--seconds", str(seconds)]
    words += ["--wait"] if wait else []
    words += ["--json"] if json else []
    raise typer.Exit(manage(words, data))


def manage(words: list[str], data: Path | None) -> int:
    """This function will run a management command on the running installation; returns the exit status."""
    try:
        use_running(data)
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    os.environ.setdefault("NGUON_LANGUAGE", "en" if english() else "vi")
    execute_from_command_line(["nguon", *words])
    return 0
