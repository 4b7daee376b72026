mail {
  smtp       = "mail.example.net:25"
  encryption = "optional"
  from       = "pbx@example.net"
  username   = "p\nbx"
  secret     = "9xKq2mTv"
}
