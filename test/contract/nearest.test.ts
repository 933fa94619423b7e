/** The name that a typing error means, and the distance between two names, typed by hand. */

import { distanceOf, nearest } from '../../contract/nearest';

describe('The distance is the number of letters to add, remove or change', () => {
  test.each<[string, string, number]>([
    ['', '', 0],
    ['port', 'port', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['port', 'sort', 1],
    ['port', 'ports', 1],
    ['ports', 'port', 1],
    ['ab', 'ba', 2],
    ['flaw', 'lawn', 2],
    ['kitten', 'sitting', 3],
    ['sitting', 'kitten', 3],
    ['a', '😀', 1],
    ['😀', 'a', 1],
  ])('of %j and %j', (one, other, distance) => {
    expect(distanceOf(one, other)).toBe(distance);
  });
});

describe('The nearest name is', () => {
  test.each<[string, string, readonly string[], string]>([
    ['one letter away', 'engne', ['topology', 'engine'], 'engine'],
    ['two letters away', 'engnie', ['topology', 'engine'], 'engine'],
    ['the nearest of two', 'porto', ['sort', 'ports'], 'ports'],
    ['the first of two as near', 'port', ['sort', 'fort'], 'sort'],
    ['one letter away from two letters', 'ab', ['ac'], 'ac'],
    ['the same but for case and signs', 'NODE-type_2', ['nodeType2'], 'nodeType2'],
    ['the same as one with signs', 'nodetype', ['Node Type'], 'Node Type'],
    [
      'one that it is a part of',
      'retention',
      ['topology', 'snapshotRetention'],
      'snapshotRetention',
    ],
    ['one that is a part of it', 'retentionDays', ['topology', 'retention'], 'retention'],
    ['one of which it is four letters', 'node', ['topology', 'nodeTypes'], 'nodeTypes'],
  ])('%s', (_, name, known, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });

  test.each<[string, string, readonly string[]]>([
    ['among no names', 'engine', []],
    ['three letters away', 'enginexyz', ['engabcd']],
    ['where a name of two letters has both wrong', 'ab', ['cd']],
    ['where a name of three letters has two wrong', 'abc', ['axy']],
    ['of which it is only three letters', 'typ', ['nodeTypes']],
    ['for a name without a letter', '--', ['nodeTypes']],
  ])('none %s', (_, name, known) => {
    expect(nearest(name, known)).toBeUndefined();
  });
});
