variable "password" {
  sensitive = true
  default   = "correct-horse-battery"
}
extension "a" {
  number = "101"
  busy   = reject(var.password)
  secret = ["${var.password}", "correct-horse-battery"]
}
