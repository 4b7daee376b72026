mail {
  smtp       = "smtps://mail.example.net"
  encryption = "off"
  from       = "pbx@example.net"
  username   = "pbx"
}
