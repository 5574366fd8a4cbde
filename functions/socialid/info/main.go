// Command info is the Lambda function that answers Social ID Now's GET login/info.
package main

import (
	"gatehouse/functions/socialid"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(socialid.NewInfo) }
