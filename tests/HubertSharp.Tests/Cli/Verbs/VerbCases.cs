namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>Command lines that take every kind of input; a verb without one fails the test.</summary>
internal static class VerbCases
{
    private const string Pretrain = "pretrain --config-dir @/conf --config-name tiny";

    private const string Finetune = "finetune --config-name finetune_small_cpu --run @/out task.data=@/data task.label_dir=@/letters "
        + "model.apply_mask=false model.freeze_finetune_updates=0 optimization.max_update=2 task.min_sample_size=null "
        + "dataset.required_batch_size_multiple=1 dataset.validate_interval_updates=1";

    /// <summary>Its recipe made small.</summary>
    public const string Demo = "demo corpus=@/data --out @/demo evaluation.probe=false evaluation.layers=[1] evaluation.clusters=4 "
        + "iterations.1.clusters=6 iterations.2.clusters=5 iterations.2.layer=1 "
        + "optimization.max_update=1 lr_scheduler.warmup_updates=1 common.bf16=false task.max_sample_size=16000 dataset.max_tokens=64000 "
        + "model.encoder_layers=1 model.predict_layers=[1] model.encoder_embed_dim=16 "
        + "model.encoder_ffn_embed_dim=32 model.encoder_attention_heads=2";

    private static readonly VerbCase[] s_doctor =
    [
        .. ((string[])["fairseq.log", "fairseq.jsonl", "espnet.log", "icefall.log", "lightning.csv", "csv.csv", "plain.log",
            "speechbrain.log", "wenet.log", "transformers.log", "trainer_state.json", "board"])
            .Select(log => new VerbCase($"doctor @/logs/{log} --clusters 100{(log == "csv.csv" ? " --unit bits" : "")}", $"logs/{log}")),
    ];

    private static readonly VerbCase[] s_models =
    [
        .. ((string[])["run", "native", "hf", "bin", "fairseq/x.pt"]).SelectMany(model => (VerbCase[])
        [
            new($"convert @/{model} @/out --to native", model),
            new($"features hubert --manifest @/data/train.tsv --out @/out --model @/{model} --layer 1 2", model, "data"),
        ]),
    ];

    public static IReadOnlyList<VerbCase> All { get; } =
    [
        new("config list", ""),
        new("config show @/conf/tiny.yaml --json", "conf/tiny.yaml"),
        new("config show --config-dir @/conf --config-name tiny model.label_rate=50", "conf/tiny.yaml"),
        new("plan @/conf/tiny.yaml --nodes 4 --gpus 8 --link 100 --price 2", "conf/tiny.yaml"),
        new("plan --config-dir @/conf --config-name tiny --step-seconds 2 --json", "conf/tiny.yaml"),
        new("corpus get espeak-zh-en --out @/espeak --minutes 0.5", "espeak"),
        new("manifest @/plain --out @/out --valid-percent 0.3", "plain"),
        new("manifest @/plain --out @/out --quick --min-seconds 0.1", "plain"),
        new("manifest @/libri --out @/out", "libri"),
        new("manifest @/aishell --out @/out", "aishell"),
        new("manifest @/voice --out @/out", "voice"),
        new("manifest @/wenet --out @/out --subset S", "wenet"),
        new("manifest @/giga --out @/out", "giga"),
        new("manifest @/light --out @/out", "light"),
        new("manifest @/kaldi --out @/out", "kaldi"),
        new("manifest @/lhotse --out @/out", "lhotse"),
        new("manifest @/shards --out @/out", "shards"),
        new("manifest @/parquet --out @/out", "parquet"),
        new("manifest @/table/t.csv --out @/out", "table"),
        new("corpus split-long @/data/train.tsv --out @/out --min-seconds 0.2 --max-seconds 2 --language zh", "data/train.tsv",
            "data/audio"),
        new("corpus split-long @/plain --out @/out --min-seconds 0.2 --max-seconds 2 --pause-seconds 0.1", "plain"),
        new("features mfcc --manifest @/data/train.tsv --out @/out --shard 1/2 --threads 2", "data/train.tsv data/audio/train_01.wav",
            "data/audio"),
        new("features fbank --manifest @/data/train.tsv --out @/out", "data/train.tsv data/audio/train_00.wav", "data/audio"),
        new("kmeans fit --features @/features --clusters 8 --starts 1 --percent 0.9 --lloyd 2 --memory 0.1 --out @/out.safetensors",
            "features"),
        new("kmeans apply --features @/features --split valid --model @/km.safetensors --out @/out/valid.km", "features km.safetensors"),
        new("kmeans apply --features @/kmeans --model @/kmeans/km.joblib --out @/out/train.km", "kmeans"),
        new("kmeans score --features @/kmeans --model @/kmeans/km.joblib @/kmeans/km.centroids.npy --json", "kmeans"),
        new("kmeans score --features @/features --model @/km.safetensors", "features km.safetensors"),
        new("kmeans import @/km1.safetensors --model @/run --layer 1 --out @/out.safetensors", "km1.safetensors run"),
        new("labels check --manifest @/data/train.tsv @/data/valid.tsv --labels @/labels/train.km @/labels/valid.km --label-rate 100",
            "data/train.tsv data/valid.tsv labels"),
        new("labels check --manifest @/data/train.tsv --labels @/labels/train.km --label-rate 100 --json",
            "data/train.tsv labels/train.km labels/dict.km.txt"),
        new($"{Pretrain} --run @/out task.data=@/data task.label_dir=@/labels", "conf/tiny.yaml", "data labels"),
        new($"{Pretrain} --run @/out task.data=@/data task.label_dir=@/labels optimization.max_update=1", "data labels", "conf"),
        new($"{Pretrain} --run @/run task.data=@/data task.label_dir=@/labels optimization.max_update=4", "run", "conf data labels"),
        new($"{Pretrain} --run @/out task.data=@/data task.label_dir=@/labels optimization.max_update=1 "
            + $"checkpoint.finetune_from_model=@/hf --new-labels", "hf", "conf data labels"),
        new("labels text --manifest @/data/train.tsv @/data/valid.tsv --transcripts @/texts/train.txt @/texts/valid.txt --out @/out",
            "texts data/train.tsv data/valid.tsv"),
        new("labels text --manifest @/data/train.tsv --transcripts @/texts/train.txt --rules @/letters/text.ltr.json "
            + "--dict @/letters/dict.ltr.txt --out @/out", "letters", "data texts"),
        new($"{Finetune} model.w2v_path=@/run", "letters data", "run"),
        new($"{Finetune} model.w2v_path=@/hf", "hf", "letters data"),
        .. s_models,
        new("convert @/run @/out --to huggingface --bin --clip @/data/audio/train_00.wav", "data/audio/train_00.wav run"),
        new("convert @/hf @/out.pt --to fairseq --dictionary-objects", "hf"),
        new("convert @/ctc-hf @/out --to native", "ctc-hf"),
        new("convert @/ctc-hf @/ctc/ctc.onnx --to onnx --force", "ctc-hf ctc"),
        new("convert @/run @/out.onnx --to onnx --kmeans @/km1.safetensors", "km1.safetensors", "run"),
        new("convert @/fairseq/x.pt @/out.onnx --to onnx --layer 1 --int8", "fairseq"),
        new("onnx @/onnx/encoder.onnx @/plain/a.wav --layer 1 --out @/out --chunk-seconds 1 --overlap-seconds 0.2", "onnx plain/a.wav"),
        new("onnx @/units/units.onnx @/plain/c.ogg @/plain/d.mp3 --difference --json", "units plain/c.ogg plain/d.mp3"),
        new("onnx @/ctc/ctc.onnx @/plain/deep/b.flac", "ctc plain/deep/b.flac"),
        new("transcribe @/plain/a.wav @/plain/d.mp3 --model @/ctc-hf --format json --nbest 2", "ctc-hf plain/a.wav plain/d.mp3"),
        new("transcribe @/data/train.tsv --onnx @/ctc/ctc.onnx --lexicon @/lexicon.txt --lm @/words.arpa --beam 10 --format srt "
            + "--out @/out --chunk-seconds 1 --overlap-seconds 0.2", "lexicon.txt words.arpa data/train.tsv", "ctc data/audio"),
        new("transcribe @/plain/deep/b.flac --model @/ctc-hf --search flashlight --lexicon @/lexicon.txt --lm @/words.arpa --unk-score -5",
            "lexicon.txt words.arpa plain/deep/b.flac", "ctc-hf"),
        new("tokenizer encode @/plain/a.wav --model @/tokenizer --format json --out @/out", "tokenizer plain/a.wav"),
        new("tokenizer encode @/data/train.tsv --model @/tokenizer/SpeechTokenizer.pt --quantizers 2-3 --released-start --format packed "
            + "--out @/out --chunk-seconds 1 --overlap-seconds 0.2", "data/train.tsv", "tokenizer data/audio"),
        new("tokenizer decode @/codes --model @/tokenizer --out @/out", "codes", "tokenizer"),
        new("tokenizer resynthesise @/plain/c.ogg --model @/tokenizer --voice @/plain/deep/b.flac --format flac --out @/out",
            "plain/c.ogg plain/deep/b.flac", "tokenizer"),
        new("tokenizer convert @/tokenizer @/out", "tokenizer"),
        new("tokenizer convert @/tokenizer @/out --to onnx", "tokenizer"),
        new("tokenizer evaluate @/tokenizer --manifest @/data/train.tsv --quantizers 1,2 --reference @/data/alignment.tsv --out @/out "
            + "--examples 1", "data/train.tsv data/alignment.tsv", "tokenizer data/audio"),
        new("tokenizer train tokenizer_small_cpu --out @/out task.data=@/data task.teacher=none task.feature_dir=@/features "
            + "task.segment_size=3200 optimization.max_update=1 lr_scheduler.warmup_updates=0 dataset.validate_interval_updates=1 "
            + "dataset.max_valid_steps=1 dataset.batch_size=2 model.n_filters=2 model.dimension=8 model.codebook_size=8 model.n_q=2 "
            + "model.stft_filters=1 model.stft_windows=[64]", "data features"),
        new("pipeline @/recipe.yaml corpus=@/data --out @/pipe", "recipe.yaml pipe", "data"),
        new("pipeline @/recipe.yaml corpus=@/data --out @/pipe --lang zh", "data pipe/stages", "pipe recipe.yaml"),
        new(Demo, "demo", "data"),
        new("hang @/ranks", "ranks"),
        new("doctor @/run --html @/out.html --png @/out", "run", "data labels"),
        new("doctor @/pipe/iteration1/run @/run --json", "pipe/iteration1/run", "run"),
        new("doctor @/run --labels @/labels/train.km --reference @/logs/reference.tsv", "labels/train.km logs/reference.tsv", "run"),
        new("doctor @/run --html @/out.html --downstream @/pipe/report/report.json --lang zh", "pipe/report/report.json", "run"),
        new("doctor @/run --html @/out.html --downstream @/pipe/probe/probe.json", "pipe/probe/probe.json", "run"),
        new("doctor @/pipe/iteration2/run --html @/out.html", "pipe/quality/quality.json pipe/probe/probe.json", "pipe"),
        .. s_doctor,
        new("dashboard @/run --port 0", "run data labels"),
        new("dashboard @/pipe --port 0", "pipe/iteration1/run pipe/iteration2/run", "data"),
        new("quality --manifest @/data/train.tsv --labels @/labels/train.km --label-rate 100 --reference @/data/alignment.tsv",
            "data/train.tsv labels/train.km data/alignment.tsv"),
        new("quality --manifest @/data/train.tsv --labels @/labels/train.km --label-rate 100 --reference @/frames.tsv "
            + "--upsample 1 --pad 0 --json", "frames.tsv", "data/train.tsv labels/train.km"),
        new("quality --manifest @/data/train.tsv --labels @/labels/train.km --label-rate 100 --reference @/labels/train.km",
            "labels/train.km", "data/train.tsv"),
        new("quality layers --manifest @/data/train.tsv --reference @/data/alignment.tsv --model @/run:1 --features mfcc --clusters 4 "
            + "--starts 1 --work @/out", "run data/train.tsv data/alignment.tsv", "data/audio"),
        new("evaluate @/run --manifest @/data/valid.tsv --fit @/data/train.tsv --choose @/data/train.tsv --reference @/data/alignment.tsv "
            + "--layers 1 --clusters 4 --starts 1 --work @/out", "run data/valid.tsv", "data"),
        new("evaluate @/run --manifest @/data/valid.tsv --labels @/letters --updates 1 --work @/out", "run letters data/valid.tsv",
            "data/audio"),
        new("probe --manifest @/data/train.tsv @/data/valid.tsv --reference @/data/alignment.tsv --features mfcc --model @/run:1 "
            + "--hold-out speaker recording", "data run", ""),
        new("probe --task phone --manifest @/data/train.tsv --test @/data/valid.tsv --reference @/data/alignment.tsv --features mfcc fbank "
            + "--model @/run --random-init --normalize --count-unseen --steps 2 --out @/out", "data/train.tsv data/alignment.tsv run",
            "data"),
        new("probe --task ctc-phone --manifest @/data/train.tsv --valid @/data/valid.tsv --test @/other.tsv --labels @/letters/train.ltr "
            + "@/letters/valid.ltr @/letters/valid.ltr --features mfcc --lr 0.01 0.001 --steps 2 --batch-size 2 --accumulate 1 "
            + "--count-unseen --keep-digits --out @/out --json", "other.tsv letters", "data other"),
        new("abx items --reference @/data/alignment.tsv --manifest @/data/train.tsv --context none --out @/out.item",
            "data/train.tsv data/alignment.tsv"),
        new("abx @/features @/items/a.item --manifest @/data/train.tsv --mode within --json", "items features", "data/train.tsv"),
        new("quality layers --manifest @/data/valid.tsv --fit @/data/train.tsv --choose @/data/train.tsv --reference @/data/alignment.tsv "
            + "--model @/run:1 --features mfcc fbank --random-init --abx --clusters 4 --starts 1 --work @/out", "data/valid.tsv",
            "data run"),
        new("score --reference @/texts/ref.txt --hypothesis @/texts/hyp.trn --against @/texts/hyp.jsonl --speakers @/texts/utt2spk --align",
            "texts"),
        new("score --reference @/texts/ref.tsv --hypothesis @/texts/hyp.jsonl --mode wenet --json", "texts/ref.tsv texts/hyp.jsonl"),
        new("score --reference @/texts/lines.txt --hypothesis @/texts/lines.txt --mode sclite", "texts/lines.txt"),
        new("lm train @/texts/lines.txt --discount-fallback --out @/out.arpa", "texts/lines.txt"),
        new("lm train @/texts/lines.txt --word-list @/texts/words.txt --discount-fallback --order 2 --out @/out.bin",
            "texts/lines.txt texts/words.txt"),
        new("lm score @/lm/a.arpa @/texts/lines.txt --words", "lm/a.arpa texts/lines.txt"),
        new("lm score @/lm/a.bin @/texts/lines.txt --json", "lm/a.bin", "texts/lines.txt"),
        new("lm convert @/lm/a.arpa.gz --out @/out.bin", "lm/a.arpa.gz"),
        new("bench kmeans --features @/features --clusters 4 --repeat 1", "features"),
        new("bench mfcc --manifest @/data/train.tsv --repeat 1 --json", "data/train.tsv", "data/audio"),
        new("bench step --config-dir @/conf --config-name tiny --rows 1 --seconds 1 --clusters 8 --steps 1", "conf/tiny.yaml"),
        new("bench tokenizer tokenizer_small_cpu --rows 1 --seconds 0.2 --steps 1 --rounds 1 --clip-seconds 0.2 --json model.n_filters=2 "
            + "model.dimension=8 model.codebook_size=8 model.n_q=2 model.stft_filters=1 model.stft_windows=[64]", ""),
        new("bench extract --model @/native --here --path libtorch --layer 1 --minutes 0.5 --clip-seconds 2 --rounds 1", "native"),
    ];
}
