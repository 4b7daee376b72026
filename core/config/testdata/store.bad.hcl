store { url = "mysql://db.example.net/pbx" }
