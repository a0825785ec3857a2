"""Called numbers and carriers' trunks, as records on pages."""
