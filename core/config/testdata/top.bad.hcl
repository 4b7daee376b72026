ring = "20s"

extention "a" {
  number = "101"
}

emergencies {
  numbers = ["112"]
}

mails {}
