const named = `  --name NAME   which cluster (default: the variable CLB_DIRECT_CLUSTER, else "local")`;

const topics: Readonly<Record<string, string>> = {
  up: `Usage: ./scripts/cluster up [--name NAME] [--nodes 1|2] [--audit] [--attach]
       ./scripts/cluster up --control-plane-only [--kubernetes 1.36|1.24] [--name NAME] [--audit] [--attach]

Starts a real Kubernetes on this machine, in namespaces of its own, with a cloud and an internet beside it.
The first time it builds Kubernetes from its Go modules (about six minutes on two cores); afterwards it takes seconds.

  --name NAME            which cluster (default: the variable CLB_DIRECT_CLUSTER, else "local")
  --nodes 1|2            how many nodes (default 1)
  --control-plane-only   etcd, API server and controllers, but no nodes: pods are created and never run
  --kubernetes VERSION   1.36 (default), or 1.24, the oldest that builds, only with --control-plane-only
  --audit                write who touched which pod, and who wrote which registration of a mutating webhook, to
                         logs/audit.log in the cluster's state folder
  --attach               stay in the foreground, and take the cluster down on Ctrl-C, SIGTERM, or when standard input,
                         if it is a pipe, ends: a test that dies takes its cluster with it`,
  down: `Usage: ./scripts/cluster down [--name NAME]

Ends the cluster and removes all that it made on this machine, also what a crash left behind. Built programs are kept:
~/.cache/clb-direct, or clb-direct in XDG_CACHE_HOME; rm -r frees their space.

${named}`,
  status: `Usage: ./scripts/cluster status [--name NAME] [--json]

Says whether the cluster runs, where its files are, and which of its programs ended by accident.
Exit code: 0 if it runs, 1 if not.

${named}
  --json        {name, running, phase, pid, initPid, stateDir, kubeconfig, ...} on one line`,
  exec: `Usage: ./scripts/cluster exec [--name NAME] [--in node|cloud|client] -- COMMAND

Runs a command in the cluster's namespaces, with this machine's files. KUBECONFIG is the cluster's, unless it is set.

${named}
  --in PLACE    node (default): where the kubelet runs. cloud: beside the nodes, with the balancer's addresses.
                client: out on the internet, behind the cloud`,
  load: `Usage: ./scripts/cluster load [--name NAME] IMAGE.tar...

Imports OCI or docker archives into every node. Pods use the images with imagePullPolicy IfNotPresent or Never.

${named}`,
  pin: `Usage: ./scripts/cluster pin VERSION

Writes cluster/tools/go.mod and go.sum anew for an exact version of Kubernetes, such as 1.36.3, from what Kubernetes'
own go.mod says; a version 1.24.x goes to cluster/tools/1.24. To move this project to another Kubernetes.`,
  kubectl: `Usage: ./scripts/kubectl [--cluster NAME] ARGUMENTS

Runs kubectl on a local cluster: the one named, else that of the variable CLB_DIRECT_CLUSTER, else "local".
--cluster must come first. \`./scripts/kubectl help\` is kubectl's own help.`,
};

const overview = `Usage: ./scripts/cluster COMMAND [OPTIONS]

A real Kubernetes on one Linux machine, with a cloud and an internet beside it, in private namespaces. Needs root.

  up       start a cluster
  down     end it, and remove what it left
  status   say what runs
  exec     run a command on the node, in the cloud or on the internet
  load     import images
  pin      choose the exact Kubernetes that is built

See ./scripts/cluster COMMAND --help. ./scripts/kubectl is kubectl for these clusters.`;

/** The help for a command, or for all. */
export function helpText(topic: string | undefined): string {
  return (topic === undefined ? undefined : topics[topic]) ?? overview;
}
