voicemail "office" {
  email = "office@example.net"
}
voicemail "shop" {
  email = "shop@example.net"
}
