"""An A4 document in the report's letters: headings, paragraphs, terms, tables. Made without a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from fpdf import FPDF, XPos, YPos
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout
from fpdf.fonts import FontFace

from formcheck.render.colors import LIGHT, to_rgb
from formcheck.render.drawing import FONTS
from formcheck.support.language import page_language, tr

# Millimeters and points on A4.
MARGIN = 15.0
WIDTH = 210.0 - 2 * MARGIN
GAP = 3.0
LINE = 4.6
BODY, SMALL, HEADING, TITLE = 9.5, 8.0, 12.0, 19.0
SMALL_LINE, SMALL_GAP = 0.46 * SMALL, 0.6
CELL_PADDING = 1.4
# The spacings tried, one after the other, where a tighter document saves a page.
TIGHTER = (0.8, 0.6)
_BOX = "□"


class Sheet(FPDF):
    """An A4 document in the report's letters, with the disclaimer and the page's number at its foot.

    ``spacing`` scales the white between its parts: below 1 it is set tighter.
    """

    def __init__(self, title: str, spacing: float = 1.0) -> None:
        """Begin a document with its first page."""
        super().__init__(format="A4")
        self.spacing = spacing
        for style, file in (("", "Inter-Regular.ttf"), ("B", "Inter-SemiBold.ttf")):
            self.add_font("Inter", style, FONTS / file)
        self.set_margin(MARGIN)
        self.c_margin = 0.0  # text is aligned with rules and pictures
        self.set_auto_page_break(True, 15.0)
        self.set_title(title)
        self.set_lang(page_language())
        self.set_creator("formcheck")
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """Replace letters that the report's font does not have (it has no Chinese ones) by boxes: fpdf2 would leave them out."""
        known = getattr(self.current_font, "cmap", None) if self.is_ttf_font else None
        shown = text if known is None else "".join(letter if ord(letter) in known or letter.isspace() else _BOX for letter in text)
        return super().normalize_text(shown)

    def footer(self) -> None:
        """Write the foot of a page; fpdf2 calls it."""
        self.set_y(-12.0)
        self.ink("ink_soft", 7.0)
        self.cell(WIDTH / 2, 4.0, tr("formcheck · not medical advice"))
        self.cell(WIDTH / 2, 4.0, f"{self.page_no()} / {{nb}}", align=Align.R)

    def ink(self, color: str, size: float, style: str = "") -> None:
        """Set size and color for the next text; the color is one of the theme's."""
        self.set_font("Inter", "B" if style == "B" else "", size)
        self.set_text_color(*to_rgb(getattr(LIGHT, color)))

    def say(self, text: str, width: float = WIDTH, line: float = LINE) -> None:
        """Write a paragraph and go below it."""
        left = self.get_x()
        self.multi_cell(width, line, text, align=Align.L, new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.set_x(left)

    def cell_that_fits(self, width: float, height: float, text: str) -> None:
        """Write one line, in smaller letters where those that are set would run over ``width``."""
        self.set_font_size(self.font_size_pt * min(1.0, width / max(width, self.get_string_width(text))))
        self.cell(width, height, text)

    def small_print(self, texts: Sequence[str]) -> None:
        """Write paragraphs in small soft letters."""
        for text in texts:
            self.ink("ink_soft", SMALL)
            self.say(text, line=SMALL_LINE)
            self.ln(SMALL_GAP)

    def measure_small_print(self, texts: Sequence[str]) -> float:
        """Return the height that `small_print` would take, mm."""
        self.ink("ink_soft", SMALL)
        kind = MethodReturnValue.HEIGHT
        heights = (self.multi_cell(WIDTH, SMALL_LINE, text, align=Align.L, dry_run=True, output=kind) for text in texts)
        return sum(cast(float, height) + SMALL_GAP for height in heights)

    def heading(self, text: str, keep_mm: float = 20.0) -> None:
        """Write a heading, on a new page where less than ``keep_mm`` would follow it."""
        self.set_x(MARGIN)
        if self.will_page_break(keep_mm):
            self.add_page()
        self.ln(GAP * 0.7 * self.spacing)
        self.ink("ink", HEADING, "B")
        self.cell(WIDTH, 7.0 * self.spacing, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def terms(self, rows: list[tuple[str, str]], size: float = SMALL, label: float = 42.0) -> None:
        """Write terms and what they mean, in two columns."""
        line = size * 0.44
        for term, text in rows:
            self.set_x(MARGIN)
            if self.will_page_break(2 * line + 1.0):
                self.add_page()
            top = self.get_y()
            self.ink("ink", size, "B")
            self.say(term, label - 2.0, line)
            below = self.get_y()
            self.set_xy(MARGIN + label, top)
            self.ink("ink_soft", size)
            self.say(text, WIDTH - label, line)
            self.set_y(max(below, self.get_y()) + 0.5 * self.spacing)

    def rows(
        self,
        rows: Sequence[Sequence[str]],
        aligns: Sequence[str],
        *,
        marked: set[tuple[int, int]] | None = None,
        widen: Mapping[int, str] | None = None,
        to_fill_in: bool = False,
    ) -> None:
        """Write a table whose first row is its head: every column as wide as its longest word, the last takes what is left.

        ``marked`` are the cells (row, column) of a fault; ``widen`` makes a column wider by some letters; a table ``to_fill_in`` by
        hand has lines between its columns.
        """
        self.ink("ink", SMALL, "B")
        widths = []
        for column in range(len(rows[0]) - 1):
            words = [word for texts in rows for word in re.split(r"[ \n]", texts[column])]
            more = self.get_string_width((widen or {}).get(column, ""))
            widths.append(max(self.get_string_width(word) for word in words) + more + 2 * CELL_PADDING + 0.5)
        widths.append(max(20.0, WIDTH - sum(widths)))
        lines = TableBordersLayout.ALL if to_fill_in else TableBordersLayout.HORIZONTAL_LINES
        self._table(rows, widths, aligns, marked or set(), lines)

    def even_rows(self, rows: Sequence[Sequence[str]], words: int = 1) -> None:
        """Write a table whose first row is its head, with the columns' widths in proportion to their longest cells.

        The first ``words`` columns hold words, which stand to the left.
        """
        self.ink("ink", SMALL, "B")
        asked = [
            max(self.get_string_width(texts[column]) for texts in rows) + 2 * CELL_PADDING + 1.0 for column in range(len(rows[0]))
        ]
        scale = WIDTH / sum(asked)
        aligns = ["LEFT" if column < words else "RIGHT" for column in range(len(asked))]
        self._table(rows, [width * scale for width in asked], aligns, set())

    def _table(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        aligns: Sequence[str],
        marked: set[tuple[int, int]],
        lines: TableBordersLayout = TableBordersLayout.HORIZONTAL_LINES,
    ) -> None:
        self.ink("ink", SMALL)
        self.set_draw_color(*to_rgb(LIGHT.line))
        self.set_fill_color(*to_rgb(LIGHT.page))
        with self.table(
            borders_layout=lines,
            col_widths=tuple(widths),
            text_align=tuple(aligns),
            headings_style=FontFace(emphasis="BOLD", color=to_rgb(LIGHT.ink), fill_color=to_rgb(LIGHT.panel)),
            line_height=4.2,
            padding=(0.8 * self.spacing, CELL_PADDING),
            width=WIDTH,
        ) as table:
            fault = FontFace(emphasis="BOLD", color=to_rgb(LIGHT.fault))
            for number, texts in enumerate(rows):
                row = table.row()
                for column, text in enumerate(texts):
                    row.cell(text, style=fault if (number, column) in marked else None)

    def begin(self, above: str, text: str) -> None:
        """Write the document's title with a line above it."""
        self.ink("accent", BODY, "B")
        self.cell(WIDTH, 5.0, above, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ink("ink", TITLE, "B")
        self.say(text, line=8.5)
