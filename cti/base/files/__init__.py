"""What people write in files and what is kept in them: documents, their faults, their parts, who may read them."""
