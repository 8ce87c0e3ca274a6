/** The flags of Node that the functions run with: little memory rather than the last percent of speed. */
export const NODE_OPTIONS = '--max-semi-space-size=2';
