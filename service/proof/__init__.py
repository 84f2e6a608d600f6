"""Evidence: documents, trees, bundles and their verification, importable alone by an outsider."""
