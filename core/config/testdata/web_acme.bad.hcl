web {
  acme           = "192.0.2.1"
  acme_directory = "https://"
  ice_listen     = []
  turn {}
}
