/** How the name of each listener begins that clb-direct makes, in whichever cluster. */
export const listenerMark = 'clb-direct_';
