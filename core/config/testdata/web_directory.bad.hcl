web { acme_directory = "https://ca.example.net/directory" }
