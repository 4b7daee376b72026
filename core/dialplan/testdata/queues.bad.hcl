pbx { language = "fr" }
extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
queue "q" {
  members           = [extension.a]
  announce_position = true
}
dialplan "d" {
  from = [extension.a]
  route "q" { to = queue.q }
}
