project = "Guide"
