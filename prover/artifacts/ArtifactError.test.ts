import { expect, it } from 'vitest';
import { asArtifactError } from './ArtifactError.ts';

const failing = (code: string): Error => Object.assign(new Error('the disk said no'), { code });

it.each([
  ['ENOSPC', 'ARTIFACT_DISK_FULL'],
  ['EDQUOT', 'ARTIFACT_DISK_FULL'],
  ['EROFS', 'ARTIFACT_NOT_WRITABLE'],
  ['EACCES', 'ARTIFACT_NOT_WRITABLE'],
])('%s is %s, with its cause and the place', (code, expected) => {
  const cause = failing(code);
  expect(asArtifactError(cause, '/somewhere')).toMatchObject({
    code: expected,
    cause,
    data: { directory: '/somewhere' },
  });
});

it('passes on what is no matter of the disk', () => {
  for (const other of [failing('ENOENT'), new Error('none'), 'text']) expect(asArtifactError(other, '/x')).toBe(other);
});
