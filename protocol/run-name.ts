/** Names of runs that nobody named: two words, easy to say and to tell apart. */

const QUALITIES = `amber ancient awake azure bold brave breezy bright brisk calm candid careful cheerful chirping clear clever copper coral cosmic crafty crimson curious dainty daring dashing deft
  dusky eager early earnest electric elegant emerald fair fearless festive fierce fine fluffy fond frank free fresh friendly gentle gilded glad gleaming golden graceful grand happy hardy hazel honest
  humble icy indigo ivory jade jolly jovial keen kind lively loyal lucid lucky lunar lush mellow merry mighty mild misty modest neat nimble noble olive patient peach peaceful plucky polite proud quick
  quiet radiant rapid ready rosy ruby rustic sage scarlet serene sharp shiny silent silver sincere smart snowy solar spry steady still sturdy sunny swift tawny tender tidy tranquil trusty upbeat
  velvet vivid warm wise witty young zesty`.split(/\s+/);

const CREATURES = `albatross alpaca antelope badger bat bear beaver bee bison bobcat buffalo bumblebee butterfly camel caribou cheetah chinchilla cicada cobra condor cormorant cougar coyote crab crane cricket crow
  deer dingo dolphin donkey dove dragonfly duck eagle echidna eel egret elk falcon ferret finch firefly flamingo fox gazelle gecko gibbon giraffe goldfinch goose gopher grouse gull hare hawk hedgehog heron
  hornet horse hummingbird ibex ibis iguana impala jackal jaguar jay kangaroo kestrel kingfisher kiwi koala lark lemur leopard lion lizard llama lobster lynx magpie mallard manatee mantis marmot marten
  meerkat mink mole mongoose moose moth mule narwhal newt ocelot octopus opossum orca oriole osprey ostrich otter owl ox panda panther parrot peacock pelican penguin pheasant pigeon platypus pony puffin
  puma quail rabbit raccoon raven robin salmon sandpiper seahorse seal shark sheep skylark sloth snail sparrow squid squirrel starling stork swallow swan tapir tern thrush tiger toad tortoise toucan trout
  turtle viper vole wallaby walrus warbler wasp weasel whale wolf wombat woodpecker wren yak zebra`.split(/\s+/);

const any = (words: readonly string[]): string => words[Math.floor(Math.random() * words.length)] as string;

/** As prefect's: an adjective and an animal. */
export function runName(): string {
  return `${any(QUALITIES)}-${any(CREATURES)}`;
}
