/** The option by which a command of this project means the cluster; nothing for the one they mean anyway. */
export function clusterOption(name: string, option: '--name' | '--cluster'): string {
  return name === 'local' ? '' : ` ${option} ${name}`;
}

/** How to remove all that quickstart started. */
export function downCommand(name: string): string {
  return `./scripts/quickstart${clusterOption(name, '--name')} --down`;
}

/** Where the example answers. */
export interface Vips {
  readonly service: string;
  readonly ingress: string;
}

/** What to try once everything runs. */
export function whatNext(name: string, vips: Vips): string {
  const kubectl = `./scripts/kubectl${clusterOption(name, '--cluster')}`;
  const exec = `./scripts/cluster exec${clusterOption(name, '--name')}`;
  const hints = [
    [`${kubectl} rollout restart deployment nginx-deployment-eni`, 'a rolling update; watch it with get pods -w'],
    [`${kubectl} describe service nginx-service-eni`, 'what happened, as events'],
    [`${kubectl} -n clb-direct logs -l app.kubernetes.io/name=clb-direct-controller -f`, 'what the controller does'],
    [`${exec} -- ./scripts/rotate-certs status`, "the webhook's certificates"],
    [`${exec} --in client -- curl -s http://${vips.service}`, 'the Service, from outside'],
    [`${exec} --in client -- curl -s http://${vips.ingress}`, 'the Ingress, from outside'],
    [`${exec} --in cloud -- curl -s http://10.0.0.2:8081/state`, 'what the CLB sees'],
    [`${kubectl} delete service nginx-service-eni`, 'deletes the Service, and the CLB that was made for it'],
    [`${kubectl} delete ingress test-ingress`, 'deletes the Ingress in the same way'],
    [downCommand(name), 'removes it all, and with the emulated cloud each CLB in it'],
  ] as const;
  const width = Math.max(...hints.map(([command]) => command.length));
  const lines = hints.map(([command, why]) => `  ${command.padEnd(width)}    ${why}`);
  return ['', 'It keeps running. What to try next:', ...lines].join('\n');
}
