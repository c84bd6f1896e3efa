// Lets contenders take turns, so that whatever else the machine does meets all of them alike.

/**
 * Runs every contender's `once(round)`, which gives `{ ms, … }`, in turns: `warmUps` rounds (numbered from -1 down) that are
 * not counted, then `rounds`, or fewer where `patience` in milliseconds is used up. Gives `{ samples: { name: [ms …] },
 * answers: { name: [answer …] } }` of those that count, and in `turns` how many rounds there were in all.
 */
export async function inTurns(contenders, { rounds, warmUps = 1, patience = Infinity }) {
  const samples = {};
  const answers = {};
  for (const name of Object.keys(contenders)) [samples[name], answers[name]] = [[], []];
  let turns = 0;
  const began = performance.now();
  for (let round = -warmUps; round < rounds; round += 1) {
    if (round > 0 && performance.now() - began > patience) break;
    turns += 1;
    for (const [name, once] of Object.entries(contenders)) {
      const answer = await once(round);
      if (round < 0) continue;
      samples[name].push(answer.ms);
      answers[name].push(answer);
    }
  }
  return { samples, answers, turns };
}
