import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { listenPortsOf } from './listen-ports.ts';

const read = (text?: string) => {
  return listenPortsOf({ annotations: text === undefined ? {} : { [ingressAnnotation.listenPorts]: text } });
};
const portsIn = (text?: string) => {
  const { HTTP, HTTPS, unread } = read(text);
  return [HTTP, HTTPS, [...unread]];
};

test.each<[string | undefined, number[], number[]]>([
  [undefined, [80], [443]],
  ['', [80], [443]],
  ['null', [80], [443]],
  ['[]', [80], [443]],
  ['[{"HTTP":80},{"HTTPS":443}]', [80], [443]],
  ['[{"HTTP":8080}]', [8080], [443]],
  ['[{"HTTPS":8443}]', [80], [8443]],
  ['[{"HTTP":80},{"HTTP":8080},{"HTTPS":443},{"HTTPS":8443}]', [80, 8080], [443, 8443]],
  ['[{"HTTP":8080,"HTTPS":8443}]', [8080], [8443]],
  ['[{"HTTP":8080},{"HTTP":8080}]', [8080], [443]],
  ['[{"HTTP":443},{"HTTPS":80}]', [443], [80]],
])('%s asks for HTTP %j and HTTPS %j.', (text, http, https) => {
  expect(portsIn(text)).toEqual([http, https, []]);
  expect(read(text).finding).toBeUndefined();
});

test.each<[string, number[], number[], string]>([
  ['[{"HTTP":8080},{"HTTP":"81"}]', [8080], [443], '[1].HTTP is "81"; write a whole number from 1 to 65535'],
  ['[{"HTTP":8080},{"HTTPS":8443},7]', [8080], [8443], '[2] is 7; write {"HTTP":80}'],
  ['[{"HTTP":8080},{}]', [8080], [443], '[1] is {}; write {"HTTP":80}'],
  ['[{"TCP":90},{"HTTP":8080}]', [8080], [443], '[0].TCP is no protocol; write HTTP or HTTPS'],
  ['[{"HTTP":8080},{"HTTP":9000},{"HTTPS":9000},{"HTTPS":1}]', [8080, 9000], [1], '[2].HTTPS is 9000, as [1].HTTP is'],
])('%s: what is right counts, and what is wrong is told.', (text, http, https, message) => {
  expect(portsIn(text)).toEqual([http, https, []]);
  expect(read(text).finding).toMatchObject({ reason: 'AnnotationMalformed' });
  expect(read(text).finding?.message).toContain(message);
});

test.each<[string, string[]]>([
  ['{', ['HTTP', 'HTTPS']],
  ['{"HTTP":80}', ['HTTP', 'HTTPS']],
  [`[${' '.repeat(20_001)}]`, ['HTTP', 'HTTPS']],
  [JSON.stringify(Array.from({ length: 101 }, () => ({ HTTP: 80 }))), ['HTTP', 'HTTPS']],
  ['[{"HTTP":0}]', ['HTTP']],
  ['[{"HTTP":80},{"HTTPS":65536}]', ['HTTPS']],
  ['[{"HTTPS":"8443"}]', ['HTTPS']],
])('A protocol of which %# names no port that can be read changes nothing.', (text, unread) => {
  expect([...read(text).unread]).toEqual(unread);
  expect(read(text).finding?.message).toMatch(/; write /);
});

test('There are ten ports at most.', () => {
  const many = Array.from({ length: 12 }, (_, at) => ({ HTTP: 8000 + at }));
  expect(read(JSON.stringify(many)).HTTP).toHaveLength(10);
  expect(read(JSON.stringify(many)).finding?.message).toContain('[10].HTTP is one port too many; write at most 10');
});

test('What a stranger writes is shown on one line, and not all of it.', () => {
  const message = read(JSON.stringify([{ ['H\u001b\n'.repeat(99)]: 'x'.repeat(9_999) }])).finding?.message ?? '';
  expect(message).not.toMatch(/[\n\u001b]/);
  expect(message.length).toBeLessThan(300);
});
