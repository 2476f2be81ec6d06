"""Draws a picture with the cairo library, without a window, and saves it as PNG: a real library in ABI mode.

    python picture.py flag.png
"""

import math
import sys

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef struct _cairo cairo_t;
    typedef struct _cairo_surface cairo_surface_t;
    typedef enum { CAIRO_FORMAT_ARGB32, CAIRO_FORMAT_RGB24 } cairo_format_t;
    typedef enum { CAIRO_ANTIALIAS_DEFAULT, CAIRO_ANTIALIAS_NONE } cairo_antialias_t;
    typedef enum { CAIRO_STATUS_SUCCESS } cairo_status_t;

    cairo_surface_t *cairo_image_surface_create(cairo_format_t format, int width, int height);
    cairo_status_t cairo_surface_write_to_png(cairo_surface_t *surface, const char *filename);
    void cairo_surface_destroy(cairo_surface_t *surface);
    cairo_t *cairo_create(cairo_surface_t *target);
    void cairo_destroy(cairo_t *cr);
    void cairo_set_antialias(cairo_t *cr, cairo_antialias_t antialias);
    void cairo_set_source_rgb(cairo_t *cr, double red, double green, double blue);
    void cairo_paint(cairo_t *cr);
    void cairo_rectangle(cairo_t *cr, double x, double y, double width, double height);
    void cairo_arc(cairo_t *cr, double x, double y, double radius, double angle1, double angle2);
    void cairo_fill(cairo_t *cr);
    const char *cairo_status_to_string(cairo_status_t status);
""")
cairo = ffi.dlopen("cairo")

WIDTH, HEIGHT = 96, 64
WHITE, BLUE, RED = (1, 1, 1), (0, 0, 1), (1, 0, 0)
BAND = (0, 24, 96, 16)
"""x, y, width and height of the blue band."""
DISC = (48, 32, 20)
"""x, y and radius of the red disc."""


def draw(cr):
    cairo.cairo_set_antialias(cr, cairo.CAIRO_ANTIALIAS_NONE)
    cairo.cairo_set_source_rgb(cr, *WHITE)
    cairo.cairo_paint(cr)
    cairo.cairo_set_source_rgb(cr, *BLUE)
    cairo.cairo_rectangle(cr, *BAND)
    cairo.cairo_fill(cr)
    cairo.cairo_set_source_rgb(cr, *RED)
    cairo.cairo_arc(cr, *DISC, 0, 2 * math.pi)
    cairo.cairo_fill(cr)


def save(path):
    """Draw the picture and write it to a file. Raises `OSError`."""
    surface = ffi.gc(cairo.cairo_image_surface_create(cairo.CAIRO_FORMAT_RGB24, WIDTH, HEIGHT), cairo.cairo_surface_destroy)
    draw(ffi.gc(cairo.cairo_create(surface), cairo.cairo_destroy))
    status = cairo.cairo_surface_write_to_png(surface, path.encode())
    if status != cairo.CAIRO_STATUS_SUCCESS:
        raise OSError(f"{path}: {ffi.string(cairo.cairo_status_to_string(status)).decode()}")


if __name__ == "__main__":
    save(sys.argv[1])
