import { CodedError } from '../codedError.ts';

export type CodecErrorCode =
  | 'CODEC_FIELD_RANGE'
  | 'CODEC_WORD_RANGE'
  | 'CODEC_WORD_COUNT'
  | 'CODEC_UNKNOWN_BITS'
  | 'CODEC_LEGS'
  | 'CODEC_ROW'
  | 'CODEC_ENTRY_TYPE'
  | 'CODEC_ENTRY_LENGTH'
  | 'CODEC_JOB';

/** Bytes, words or a message that are not the canonical encoding of anything. Whoever reads them must refuse them. */
export class CodecError extends CodedError<CodecErrorCode> {
  override readonly name = 'CodecError';
}
