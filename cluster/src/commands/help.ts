const named = `  --name NAME   which cluster (default: the variable CLB_DIRECT_CLUSTER, else "local")`;

const topics: Readonly<Record<string, string>> = {
  up: `Usage: ./scripts/cluster up [--name NAME] [--nodes 1|2] [--dual-stack] [--audit] [--attach]
       ./scripts/cluster up --control-plane-only [--kubernetes 1.36|1.24] [--name NAME] [--audit] [--attach]

Starts a real Kubernetes on this machine, in its own namespaces, with a simulated cloud and internet.
The first start builds Kubernetes and CoreDNS from their Go modules (about seven minutes on two cores). Later starts
take seconds.

  --name NAME            which cluster (default: the variable CLB_DIRECT_CLUSTER, else "local")
  --nodes 1|2            how many nodes (default 1), each with a network namespace, kubelet, containerd and kube-proxy
  --control-plane-only   etcd, API server and controllers, but no nodes: pods are created but never run
  --kubernetes VERSION   1.36 (default), or 1.24, the oldest that builds, only with --control-plane-only
  --dual-stack           give nodes, pods, the CLB and the internet IPv6 addresses beside those of IPv4, and Services
                         that ask for one
  --audit                log who accessed which pod, and who wrote which registration of a mutating webhook, to
                         logs/audit.log in the cluster's state folder
  --attach               stay in the foreground, and take the cluster down on Ctrl-C, SIGTERM, or the end of standard
                         input if it is a pipe, so that no cluster outlives a test that crashed`,
  down: `Usage: ./scripts/cluster down [--name NAME]

Stops the cluster and removes everything that it created on this machine, including leftovers of a crash. Built programs
are kept in ~/.cache/clb-direct, or clb-direct in XDG_CACHE_HOME; rm -r frees their space.

${named}`,
  status: `Usage: ./scripts/cluster status [--name NAME] [--json]

Shows whether the cluster runs, where its files are, and which of its programs exited unexpectedly.
Exit code: 0 if it runs, 1 if not.

${named}
  --json        {name, running, phase, pid, initPid, stateDir, kubeconfig, ...} on one line`,
  exec: `Usage: ./scripts/cluster exec [--name NAME] [--in node|node2|cloud|client] -- COMMAND

Runs a command in the cluster's namespaces, with this machine's files. If KUBECONFIG is not set, the cluster's is used.

${named}
  --in PLACE    node (default): the first node, where the control plane runs too. node2: the second node, if there is
                one. cloud: next to the nodes, with the load balancer's addresses. client: on the internet, outside
                the cloud`,
  load: `Usage: ./scripts/cluster load [--name NAME] IMAGE.tar...

Imports OCI or docker archives into every node. Pods use the images with imagePullPolicy IfNotPresent or Never.

${named}`,
  pin: `Usage: ./scripts/cluster pin VERSION

Pins this project to an exact version of Kubernetes, such as 1.36.3. Rewrites cluster/tools/go.mod and go.sum from
Kubernetes' own go.mod. A version 1.24.x goes to cluster/tools/1.24.`,
  kubectl: `Usage: ./scripts/kubectl [--cluster NAME] ARGUMENTS

Runs kubectl on a local cluster: NAME, or else the variable CLB_DIRECT_CLUSTER, or else "local".
--cluster must come first. \`./scripts/kubectl help\` shows kubectl's own help.`,
};

const overview = `Usage: ./scripts/cluster COMMAND [OPTIONS]

A real Kubernetes on one Linux machine, with a simulated cloud and internet, in private namespaces. Needs root.

  up       start a cluster
  down     stop it, and remove everything it created
  status   show what runs
  exec     run a command on a node, in the cloud or on the internet
  load     import images
  pin      choose the exact version of Kubernetes to build

See ./scripts/cluster COMMAND --help. ./scripts/kubectl is kubectl for these clusters.`;

/** The help for a command, or for all. */
export function helpText(topic: string | undefined): string {
  return (topic === undefined ? undefined : topics[topic]) ?? overview;
}
