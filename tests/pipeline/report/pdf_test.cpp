#include "pipeline/report/pdf.h"

#include <gtest/gtest.h>

#include "pipeline/report/svg.h"
#include "schemas/error.h"

namespace ttt {
namespace {

std::string small_picture() {
  Svg svg(400, 200, "label");
  svg.line({10, 10}, {390, 190}, "c0 bold");
  svg.text({20, 100}, Anchor::start, "label c1", "words");
  return svg.file_text();
}

class Pdf : public testing::Test {
 protected:
  void SetUp() override {
    if (!writes_pdf()) GTEST_SKIP() << no_pdf;
  }
};

TEST_F(Pdf, PageHasTheSizeOfThePictureAtNinetySixPixelsAnInch) {
  const std::string pdf = pdf_of(small_picture());
  EXPECT_EQ(pdf.rfind("%PDF-", 0), 0);
  EXPECT_NE(pdf.find("/MediaBox [ 0 0 300 150 ]"), std::string::npos);
}

TEST_F(Pdf, CarriesNoDateSoThatItIsTheSameBytesTomorrow) {
  const std::string pdf = pdf_of(small_picture());
  EXPECT_EQ(pdf, pdf_of(small_picture()));
  for (const std::string_view date : {"CreationDate", "ModDate", "/ID"})
    EXPECT_EQ(pdf.find(date), std::string::npos) << date;
}

TEST_F(Pdf, OfWhatIsNoSvgIsRefused) { EXPECT_THROW(pdf_of("<svg"), Error); }

TEST(PdfWithoutLibrsvg, IsRefusedWithTheReason) {
  if (writes_pdf()) GTEST_SKIP() << "this build writes PDFs";
  EXPECT_THROW(pdf_of(small_picture()), Error);
}

}  // namespace
}  // namespace ttt
