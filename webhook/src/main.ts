import { programName } from '@clb-direct/shared/domain/names.ts';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { startOpsServer } from '@clb-direct/shared/runtime/ops-server.ts';
import { runProgram } from '@clb-direct/shared/runtime/program.ts';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { settingConflicts, webhookSettings } from './settings.ts';
import { startWebhook } from './webhook.ts';

await runProgram({
  name: programName.webhook,
  definitions: webhookSettings,
  conflicts: settingConflicts,
  async main({ settings, log, signal, stop }) {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const api = await connectKube({ userAgent: programName.webhook, log, registry });
    const webhook = startWebhook({ settings, api, clock: api.clock, registry, log, signal, stop });
    const { OPS_HOST: host, OPS_PORT: port } = settings;
    const ready = () => webhook.problems();
    const ops = startOpsServer({ host, port, registry, live: () => webhook.stuck(), ready });
    await Promise.all([ops, webhook.stopped]);
    await (await ops).close();
    await api.close();
  },
});
