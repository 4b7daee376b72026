extension "a" {
  numbr     = "101"
  number    = "101"
  voicemail = null

  ring {
    seconds = 5
  }
}

dialplan "d" {
  from  = [extension.a]
  route = "x"

  route "x" {
    to = echo()
    tool "t" {}
    match_all = true
  }
}

plugin "p" {
  path = "leg-rtp"
  restart { max_delay = "50ms" }
}
