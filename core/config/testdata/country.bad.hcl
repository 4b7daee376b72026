pbx { country = "Germany" }
