// The door of librsvg and cairo: no other file includes their headers.
#include "pipeline/report/pdf.h"

#include "schemas/error.h"

#ifdef TTT_PDF
#include <cairo-pdf.h>
#include <librsvg/rsvg.h>

#include <memory>

namespace ttt {
namespace {

constexpr double points_per_pixel = 72.0 / 96.0;

using Handle = std::unique_ptr<RsvgHandle, decltype(&g_object_unref)>;
using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

/// Throws what librsvg says.
[[noreturn]] void refuse(GError* error) {
  const std::string message = error ? error->message : "unknown error";
  g_clear_error(&error);
  fail(ExitCode::internal, "librsvg cannot read a figure: {}", message);
}

Handle parse(std::string_view svg) {
  GError* error = nullptr;
  const auto* bytes = reinterpret_cast<const guint8*>(svg.data());
  Handle handle(rsvg_handle_new_from_data(bytes, svg.size(), &error), &g_object_unref);
  if (!handle) refuse(error);
  rsvg_handle_set_dpi(handle.get(), 96);
  return handle;
}

/// The whole page, in points.
RsvgRectangle page_of(const Handle& handle) {
  RsvgRectangle page{};
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &page.width, &page.height))
    fail(ExitCode::internal, "a figure has no size in pixels");
  page.width *= points_per_pixel;
  page.height *= points_per_pixel;
  return page;
}

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

void draw(const Handle& handle, const Surface& surface, const RsvgRectangle& page) {
  const Context context(cairo_create(surface.get()), &cairo_destroy);
  GError* error = nullptr;
  if (!rsvg_handle_render_document(handle.get(), context.get(), &page, &error)) refuse(error);
  cairo_show_page(context.get());
}

}  // namespace

bool writes_pdf() { return true; }

std::string pdf_of(std::string_view svg) {
  const Handle handle = parse(svg);
  const RsvgRectangle page = page_of(handle);
  std::string bytes;
  const Surface surface(cairo_pdf_surface_create_for_stream(append, &bytes, page.width, page.height),
                        &cairo_surface_destroy);
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_4);  // which every program reads
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "");  // none, instead of now
  draw(handle, surface, page);
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS)
    fail(ExitCode::internal, "cairo: {}", cairo_status_to_string(cairo_surface_status(surface.get())));
  return bytes;
}

}  // namespace ttt

#else

namespace ttt {

bool writes_pdf() { return false; }

std::string pdf_of(std::string_view) { fail(ExitCode::internal, "{}", no_pdf); }

}  // namespace ttt

#endif
