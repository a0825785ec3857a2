"""Called numbers, carriers' trunks and who may dial how far, as records on pages."""
