ring = "20s"

extention "a" {
  number = "101"
}

emergency {
  numbers = ["112"]
}

mail {}
