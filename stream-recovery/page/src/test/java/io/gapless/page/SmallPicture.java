package io.gapless.page;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Writes a picture of the page with 256 colours, which takes a quarter of the bytes. They are the most frequent ones, but of
 * colours that look alike only one, so that a small key of a legend keeps its colour.
 */
final class SmallPicture {
    private static final int COLOURS = 256;
    /** Colours that are nearer than this look alike. */
    private static final int ALIKE = 64;

    private SmallPicture() {}

    static void write(byte[] png, Path file) throws IOException {
        BufferedImage full = ImageIO.read(new ByteArrayInputStream(png));
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++)
            for (int x = 0; x < full.getWidth(); x++) counts.merge(full.getRGB(x, y) & 0xFFFFFF, 1, Integer::sum);
        List<Integer> frequent = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
        List<Integer> kept = new ArrayList<>();
        for (int colour : frequent)
            if (kept.size() < COLOURS && kept.stream().noneMatch(other -> distance(colour, other) < ALIKE))
                kept.add(colour);
        int[] palette = kept.stream().mapToInt(Integer::intValue).toArray();
        IndexColorModel model =
                new IndexColorModel(8, palette.length, palette, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
        BufferedImage small =
                new BufferedImage(full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                int index = nearest.computeIfAbsent(full.getRGB(x, y) & 0xFFFFFF, colour -> nearest(colour, palette));
                small.getRaster().setSample(x, y, 0, index);
            }
        }
        ImageIO.write(small, "png", file.toFile());
    }

    private static int nearest(int colour, int[] palette) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.length && least > 0; i++) {
            int far = distance(colour, palette[i]);
            if (far >= least) continue;
            least = far;
            best = i;
        }
        return best;
    }

    private static int distance(int one, int other) {
        return square(one, other, 16) + square(one, other, 8) + square(one, other, 0);
    }

    private static int square(int one, int other, int shift) {
        int far = (one >> shift & 0xFF) - (other >> shift & 0xFF);
        return far * far;
    }
}
