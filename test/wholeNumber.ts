const DIGITS = /^\d{1,10}$/;

/** An option of one of the test commands. Anything but a whole number of at least `least` ends the process with 2 and says so. */
export const wholeNumber = (option: string, text: string, least: number): number => {
  if (DIGITS.test(text) && Number(text) >= least) return Number(text);
  console.error(`--${option} takes a whole number from ${least} on; "${text}" is none.`);
  process.exit(2);
};
