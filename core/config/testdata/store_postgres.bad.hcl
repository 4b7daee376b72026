store { url = "postgres://db.example.net/pbx" }
