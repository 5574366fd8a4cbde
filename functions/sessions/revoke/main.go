// Command revoke is the Lambda function that answers token revocation.
package main

import (
	"gatehouse/functions"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(functions.Sessions().NewRevoke) }
