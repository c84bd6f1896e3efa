"""Lists what the built-in model is taught: the concepts with their emoji, the words it reads, colours and shapes."""

# One concept a line: its name, its emoji, then other names people use for it. Icons are found by
# the names. A name in round brackets finds icons but is never written into a caption.
_TABLE = """
dog: 🐶 🐕: puppy
cat: 🐱 🐈: kitten
wolf: 🐺
fox: 🦊
bear: 🐻
panda: 🐼
lion: 🦁
tiger: 🐯 🐅
horse: 🐴 🐎
cow: 🐮 🐄
pig: 🐷 🐖
sheep: 🐑
rabbit: 🐰 🐇: bunny
frog: 🐸
monkey: 🐵 🐒
elephant: 🐘
giraffe: 🦒
chicken: 🐔 🐓
duck: 🦆
penguin: 🐧
owl: 🦉
bird: 🐦
fish: 🐟 🐠
shark: 🦈
whale: 🐳 🐋
octopus: 🐙
crab: 🦀
snail: 🐌
snake: 🐍
turtle: 🐢
dinosaur: 🦕 🦖
unicorn: 🦄
butterfly: 🦋
bee: 🐝
spider: 🕷
apple: 🍎 🍏
pear: 🍐
tomato: 🍅
banana: 🍌
orange: 🍊
lemon: 🍋: (citrus)
cherry: 🍒: cherries
strawberry: 🍓
grapes: 🍇
watermelon: 🍉
pineapple: 🍍
carrot: 🥕
mushroom: 🍄
bread: 🍞: (bread-slice)
cheese: 🧀
egg: 🥚
pizza: 🍕
hamburger: 🍔: burger
cake: 🎂 🍰
cookie: 🍪
donut: 🍩: doughnut
ice cream: 🍦 🍨
coffee: ☕
beer: 🍺
wine: 🍷: (glass-wine)
tree: 🌳
cactus: 🌵
flower: 🌸 🌼
rose: 🌹
leaf: 🍃 🍁
sun: ☀ 🌞: (white-balance-sunny)
moon: 🌙 🌛
star: ⭐
cloud: ☁
rainbow: 🌈: (looks)
snowflake: ❄
snowman: ⛄ ☃
fire: 🔥: flame
mountain: ⛰ 🏔
globe: 🌍 🌎 🌏: earth, (world)
car: 🚗 🚙
bus: 🚌
truck: 🚚 🚛
train: 🚂 🚆
bicycle: 🚲: bike
motorcycle: 🏍: motorbike
wheel: 🛞: (steering-wheel)
airplane: ✈: plane
helicopter: 🚁
rocket: 🚀
boat: ⛵: sailboat
ship: 🚢
traffic light: 🚦 🚥: (traffic-lights, traffic-cone)
house: 🏠 🏡: home
castle: 🏰
church: ⛪
tent: ⛺
phone: 📱: smartphone, (device-mobile, cellphone)
laptop: 💻: (device-laptop)
computer: 🖥: (monitor, desktop, device-desktop)
keyboard: ⌨
camera: 📷 📸
television: 📺: tv
clock: 🕐 🕑 🕓
watch: ⌚: (device-watch)
book: 📕 📖
pencil: ✏
scissors: ✂
key: 🔑 🗝
lock: 🔒
hammer: 🔨
umbrella: ☂ ☔
hat: 🎩 👒: (top-hat)
crown: 👑
shoe: 👟 👞: (sneaker)
shirt: 👕: t-shirt, (shirt-folded)
glasses: 👓: (eyeglasses)
chair: 🪑: (armchair)
bed: 🛏
bathtub: 🛁: bath
light bulb: 💡: (lightbulb, bulb)
candle: 🕯
gift: 🎁: present
balloon: 🎈
soccer ball: ⚽: football, (ball-football)
basketball: 🏀: (ball-basketball)
trophy: 🏆
guitar: 🎸: (guitar-electric, guitar-acoustic)
piano: 🎹: (piano-keys)
drum: 🥁
violin: 🎻
trumpet: 🎺
microphone: 🎤: (mic)
headphones: 🎧
envelope: ✉ 📧: (mail, email)
bell: 🔔
robot: 🤖
ghost: 👻
skull: 💀
heart: ❤ 💙 💚 💛
smiley: 😀 😊 🙂: smiling face, (mood-smile, smile)
eye: 👁
hand: ✋: (hand-stop)
bomb: 💣
anchor: ⚓
flag: 🚩
"""

COMMON_WORDS = """
ipod library toaster hello love free open closed stop sale hotel music photo water fire school
bank park exit taxi police danger happy birthday welcome thanks yes no coffee shop menu lunch
summer winter paper picture drawing red green blue yellow black white big small new old good bad
chocolate samoyed husky google linux rust glimpse banknote radio zoo
""".split()

COLOURS = {
    "red": (220, 35, 30),
    "green": (40, 160, 60),
    "blue": (40, 80, 220),
    "yellow": (245, 215, 40),
    "orange": (245, 140, 30),
    "purple": (140, 60, 180),
    "pink": (250, 140, 185),
    "black": (15, 15, 15),
    "brown": (120, 70, 35),
}
SHAPES = ["circle", "square", "triangle", "star", "heart", "diamond", "ring", "cross"]


class Concept:
    """A thing to draw: `name`, the `emoji` that show it, its other `names`, what its `icons` are called."""

    def __init__(self, line):
        name, emoji, *others = (part.strip() for part in line.split(":"))
        others = others[0] if others else ""
        spoken, _, hidden = others.partition("(")
        listed = [name] + [other.strip() for other in spoken.split(",") if other.strip()]
        self.name, self.emoji, self.names = name, emoji.split(), listed
        hidden = [other.strip() for other in hidden.rstrip(")").split(",") if other.strip()]
        self.icons = [other.replace(" ", "-") for other in listed + hidden]


CONCEPTS = [Concept(line) for line in _TABLE.strip().splitlines()]

# The words that are drawn: every concept of one short word, and the common ones.
WORDS = list(
    dict.fromkeys(
        [concept.name for concept in CONCEPTS if concept.name.isalpha() and len(concept.name) <= 9]
        + COMMON_WORDS
    )
)
CONCEPT_OF = {concept.name: place for place, concept in enumerate(CONCEPTS)}
