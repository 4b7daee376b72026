sip { external_address = "auto" }
