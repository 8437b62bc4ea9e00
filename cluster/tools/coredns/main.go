// Command coredns is the cluster's DNS: CoreDNS with no more plugins than the Corefile of a local cluster names.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

func main() {
	// A query goes through them in this order, whatever the Corefile's is: what kubernetes passes on ends at template.
	dnsserver.Directives = []string{"errors", "ready", "loadbalance", "kubernetes", "template"}
	coremain.Run()
}
