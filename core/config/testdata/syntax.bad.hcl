extension "a" {
  number = "101
}
