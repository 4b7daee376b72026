variable "nothing" {}
variable "computed" { default = local.x }
variable "hidden" {
  default   = "hunter2hunter2"
  sensitive = "yes"
}
variable "described" {
  default     = 1
  description = 5
  sensitive   = var.hidden
}
variable "broken" { default = upper(1, 2) }
locals {
  x = var.discribed
}
