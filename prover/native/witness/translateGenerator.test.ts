import { describe, expect, it } from 'vitest';
import { parseGenerator } from './generatorParser.ts';
import { translateGenerator } from './translateGenerator.ts';

const UNKNOWN = { code: 'WITNESS_SOURCE_UNKNOWN' };

const run = (body: string): string => `uint get_main_input_signal_start() {return 1;}
uint get_main_input_signal_no() {return 1;}
uint get_total_signal_no() {return 2;}
uint get_size_of_input_hashmap() {return 1;}
uint get_size_of_witness() {return 2;}
uint get_size_of_constants() {return 0;}
uint get_size_of_io_map() {return 0;}
uint get_size_of_bus_field_map() {return 0;}
void One_0_create(uint soffset,uint coffset,Circom_CalcWit* ctx,std::string componentName,uint componentFather){
ctx->componentMemory[coffset].templateId = 0;
ctx->componentMemory[coffset].templateName = "One";
ctx->componentMemory[coffset].inputCounter = 1;
}
void One_0_run(uint ctx_index,Circom_CalcWit* ctx){
${body}
}
void run(Circom_CalcWit* ctx){
One_0_create(1,0,ctx,"main",0);
One_0_run(0,ctx);
}
`;

/** One input named `a`, wires 0 and 1. */
const DATA = Buffer.alloc(24 + 16);
DATA.writeBigUInt64LE(0xaf63dc4c8601ec8cn, 0);
DATA.writeBigUInt64LE(1n, 8);
DATA.writeBigUInt64LE(1n, 16);
DATA.writeBigUInt64LE(1n, 32);

const translated = (source: string, data: Uint8Array = DATA): unknown => {
  try {
    return translateGenerator(source, data);
  } catch (error) {
    return error;
  }
};

describe('translateGenerator', () => {
  it('reads what circom writes', () => {
    expect(parseGenerator(run('')).main).toBe('One_0');
    expect(translated(run(''))).toBeInstanceOf(Uint8Array);
  });

  it('refuses what it does not know rather than leave it out', () => {
    for (const line of ['new_statement();', 'Fr_rotate(&expaux[0],&lvar[0]); // line circom 1', 'goto somewhere;']) {
      expect(translated(run(line))).toMatchObject(UNKNOWN);
    }
    expect(translated(run('PFrElement aux_dest = &lvar[lvar[0]];'))).toMatchObject(UNKNOWN);
    expect(translated(run('{'))).toMatchObject(UNKNOWN);
  });

  it('refuses other files', () => {
    expect(translated('')).toMatchObject(UNKNOWN);
    expect(translated('int main() { return 0; }\n')).toMatchObject(UNKNOWN);
    expect(translated(run(''), DATA.subarray(0, 30))).toMatchObject(UNKNOWN);
  });

  it('gives the same bytes for the same circuit', () => {
    expect(translated(run(''))).toEqual(translated(run('')));
  });
});
