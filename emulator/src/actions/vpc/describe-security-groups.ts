import { ApiError } from '../../errors/api-error.ts';
import type { SecurityGroupFacts } from '../../state/security-groups.ts';
import type { Store } from '../../state/store.ts';
import { defineVpcAction } from './define-vpc-action.ts';

const mostOfPage = 100;

/** By id, name, tags and page; other filters are not emulated. Offset and Limit are texts in this API. */
export const describeSecurityGroups = defineVpcAction('DescribeSecurityGroups', (request, { store, region }) => {
  const { SecurityGroupIds: ids = [], Filters: filters = [], Offset: offset = '0', Limit: limit = '20' } = request;
  const tests = filters.map(testOf);
  const found = [...store.madeSecurityGroups].filter(
    ([id, one]) =>
      one.region === region && (ids.length === 0 || ids.includes(id)) && tests.every((test) => test(id, one)),
  );
  const page = found.slice(Number(offset), Number(offset) + Math.min(Number(limit), mostOfPage));
  return { TotalCount: found.length, SecurityGroupSet: page.map(([id]) => groupOf(id, store)) };
});

type Test = (id: string, group: SecurityGroupFacts) => boolean;

function testOf({ Name: name, Values: values }: { Name: string; Values: string[] }): Test {
  if (name === 'security-group-id') return (id) => values.includes(id);
  if (name === 'security-group-name') return (_, group) => values.includes(group.name);
  if (name === 'tag-key') return (_, { tags }) => tags.some(({ Key }) => values.includes(Key));
  const [, key] = /^tag:(.+)$/.exec(name) ?? [];
  if (key === undefined) throw new ApiError('InvalidParameter.InvalidFilter', `There is no filter ${name}.`);
  return (_, { tags }) => tags.some(({ Key, Value }) => Key === key && values.includes(Value));
}

export function groupOf(id: string, { madeSecurityGroups }: Store) {
  const made = madeSecurityGroups.get(id);
  return {
    SecurityGroupId: id,
    SecurityGroupName: made?.name ?? '',
    SecurityGroupDesc: made?.description ?? '',
    ProjectId: '0',
    IsDefault: false,
    CreatedTime: new Date(made?.createdAtMs ?? 0).toISOString().slice(0, 19).replace('T', ' '),
    TagSet: [...(made?.tags ?? [])],
  };
}
