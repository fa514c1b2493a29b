/**
 * A telephone as people read it aloud: '138 1234 5678', masked '138 **** 5678', '+86' left out for mainland mobiles.
 * What is no mainland mobile is shown as it came.
 */
export function telephone(number: string): string {
  const bare = number.replace(/[\s-]/g, "").replace(/^(\+?86)(?=1[3-9*])/, "");
  const mobile = /^(1[\d*]{2})([\d*]{4})([\d*]{4})$/.exec(bare);
  return mobile ? mobile.slice(1).join(" ") : number;
}
