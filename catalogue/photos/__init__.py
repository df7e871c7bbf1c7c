"""Pictures of products: the content decides the type, limits come from the header, only re-encoded pixels are kept.

`made` takes a file and says what is served of it, or refuses it with the reason; `add` keeps that as a product's next
picture; `archives.take` does both for a ZIP of many. What was uploaded is never kept and never served.
"""

from catalogue.photos.files import FORMATS, JPEG, LARGE, SMALLER, WEBP, WIDTHS, File, Photo, made, of_pixels
from catalogue.photos.keeping import MOST_PHOTOS, add, srcset, url
from catalogue.photos.reading import MOST_BYTES, MOST_PIXELS, MOST_PIXELS_BY_ROWS, PictureRefused, heic_is_read, read

__all__ = [
    "FORMATS", "JPEG", "LARGE", "MOST_BYTES", "MOST_PHOTOS", "MOST_PIXELS", "MOST_PIXELS_BY_ROWS", "SMALLER", "WEBP",
    "WIDTHS", "File", "Photo", "PictureRefused", "add", "heic_is_read", "made", "of_pixels", "read", "srcset", "url",
]  # fmt: skip
