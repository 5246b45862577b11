# The Fastly users of examples/broker/organization.yml. What is left to do by hand is in docs/broker/organizations.md.
terraform {
  required_version = ">= 1.3"
  required_providers {
    fastly = {
      source  = "fastly/fastly"
      version = "~> 9.5"
    }
  }
}

locals {
  # The key is the user's id in the broker's configuration. Each further user gives the rules more room for tokens.
  users = {
    ci-1 = "fastly-ci-1@example.com"
    ci-2 = "fastly-ci-2@example.com"
  }

  # Every service that a rule grants, since each rule can use each user.
  services = {
    "SU1Z0isxPaozGVKXdv0eY"  = "full"
    "7i6HN3TK9wS159v2gPAZ8A" = "full"
    "3j7HN3TK9wS159v2gPAZ8B" = "full"
    "4k6HN3TK9wS159v2gPAZ8C" = "full"
    "5m6HN3TK9wS159v2gPAZ8D" = "full"
  }

  authorizations = {
    for pair in setproduct(keys(local.users), keys(local.services)) :
    "${pair[0]}/${pair[1]}" => { user = pair[0], service = pair[1] }
  }
}

resource "fastly_user" "broker" {
  for_each = local.users

  login = each.value
  name  = "Token broker ${each.key}"
  role  = "engineer"
}

resource "fastly_service_authorization" "broker" {
  for_each = local.authorizations

  user_id    = fastly_user.broker[each.value.user].id
  service_id = each.value.service
  permission = local.services[each.value.service]
}

output "usernames" {
  description = "The user names for the broker's environment, by the variable that the configuration names."
  value = {
    for id, user in fastly_user.broker : "${upper(replace(id, "-", "_"))}_USERNAME" => user.login
  }
}
