/** The nearest name of a list, which the application's side suggests, too. */

export { distanceOf, nearest } from '../../contract/nearest';
