"""Downloads: exports that were started with a download link, and how far they are."""
