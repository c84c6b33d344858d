#pragma once
#include <string>
#include <string_view>

namespace ttt {

/// Whether this build can write PDFs: it can where librsvg and cairo were there at build time.
bool writes_pdf();

/// What to tell people when it cannot.
inline constexpr std::string_view no_pdf =
    "SVG only: this program was built without librsvg and cairo, which make PDFs of them; install "
    "librsvg2-dev "
    "and libcairo2-dev, then configure and build again";

/// An SVG document as a PDF of one page of its size, 96 pixels an inch. Lines stay lines and text stays text.
/// It carries no date: the same document gives the same bytes, with the same libraries and fonts. Throws an
/// internal Error when librsvg refuses the document, and when !writes_pdf().
std::string pdf_of(std::string_view svg);

}  // namespace ttt
